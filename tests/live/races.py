"""Many people on one lot over HTTP: what each was told, and how long it took."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from tests.live.served import Client, Server, fresh_key, signed_in

PEOPLE = ("officer", "second_officer", "manager", "second_manager")


@dataclass
class Told:
    """What the people heard."""

    statuses: Counter[int] = field(default_factory=Counter)
    sold: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    unfit: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def p99_ratio(self) -> float:
        return quantiles(self.seconds, n=100)[98] / median(self.seconds)


def at_once(jobs: list[Any]) -> None:
    """Run all at the same moment; raises what one of them raised."""
    start, raised = threading.Barrier(len(jobs)), []

    def run(job: Any) -> None:
        start.wait()
        try:
            job()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    assert not any(thread.is_alive() for thread in threads)
    if raised:
        raise raised[0]


def sell_out(
    servers: list[Server], url: str, fields: dict[str, Any], *, threads: int, most: int = 10**9
) -> Told:
    """So many people at each server sell one unit at a time until refused, or `most` times each."""
    told, lock = Told(), threading.Lock()
    places = [(server, PEOPLE[n % len(PEOPLE)]) for server in servers for n in range(threads)]
    clients = [signed_in(server, who) for server, who in places]

    def sell(client: Client) -> None:
        token = client.get("/profile").form().value("csrf_token")
        for _time in range(most):
            key = fresh_key(client.get(url.removesuffix("/post")))
            began = time.perf_counter()
            answer = client.post(url, {**fields, "csrf_token": token, "form_key": key})
            took = time.perf_counter() - began
            with lock:
                told.statuses[answer.status] += 1
                if answer.status == 303:
                    told.sold.append(answer.location)
                    told.seconds.append(took)
                else:
                    told.refusals.append(answer.words)
            if answer.status != 303:
                return

    at_once([lambda client=client: sell(client) for client in clients])
    told.unfit = [line for client in clients for line in client.unfit]
    return told
