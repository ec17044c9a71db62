"""Who was told that a certificate ends: one row a certificate, so that nobody is told twice or forgotten."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Certificate
from ocop_points.catalogue.rules import SentHow
from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime, enum_type


class CertificateNotice(Model):
    """The letter to the holder of a certificate, as it was sent."""

    __tablename__ = "certificate_notice"
    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), unique=True)
    sent_on: Mapped[date]
    how: Mapped[SentHow] = mapped_column(enum_type(SentHow, "how"))
    by_user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    certificate: Mapped[Certificate] = relationship(lazy="raise")
    by: Mapped[User] = relationship(lazy="raise")
