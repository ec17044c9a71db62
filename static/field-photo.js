// A photo made ready on the device: at most 2048 px, and when its camera says it was taken (EXIF), which a canvas loses.
"use strict";
window.fieldPhoto = (() => {
  const LONGEST = 2048, SMALL_ENOUGH = 1500000, EXIF = 0x8769, ORIGINAL = 0x9003, OFFSET = 0x9011;

  // The entries of one directory of a TIFF: tag -> where its value stands.
  const entries = (view, tiff, place, little) => {
    const found = new Map(), count = view.getUint16(tiff + place, little);
    for (let n = 0; n < count; n += 1) {
      const at = tiff + place + 2 + n * 12;
      found.set(view.getUint16(at, little), at);
    }
    return found;
  };
  const text = (view, tiff, at, little) => {
    const length = view.getUint32(at + 4, little), from = length > 4 ? tiff + view.getUint32(at + 8, little) : at + 8;
    let read = "";
    for (let n = 0; n < Math.min(length, 40); n += 1) read += String.fromCharCode(view.getUint8(from + n));
    return read.replace(/\0.*$/, "").trim();
  };
  const fromTiff = (view, tiff) => {
    const little = view.getUint16(tiff) === 0x4949;
    const first = entries(view, tiff, view.getUint32(tiff + 4, little), little);
    if (!first.has(EXIF)) return "";
    const inner = entries(view, tiff, view.getUint32(first.get(EXIF) + 8, little), little);
    if (!inner.has(ORIGINAL)) return "";
    const zone = inner.has(OFFSET) ? text(view, tiff, inner.get(OFFSET), little) : "";
    return text(view, tiff, inner.get(ORIGINAL), little) + zone;
  };

  // "2026:11:23 09:12:00+07:00", "" when the file does not say.
  const taken = (buffer) => {
    const view = new DataView(buffer);
    try {
      if (view.getUint16(0) !== 0xffd8) return "";
      for (let at = 2; view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
        if (view.getUint16(at) === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return fromTiff(view, at + 10);
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error; // a header that points out of the file says nothing
    }
    return "";
  };

  // A quarter of a turn to the right for each of `quarters`.
  const drawn = async (image, quarters = 0) => {
    const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight));
    const wide = Math.round(image.naturalWidth * scale), high = Math.round(image.naturalHeight * scale);
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    [canvas.width, canvas.height] = quarters % 2 ? [high, wide] : [wide, high];
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.translate(canvas.width / 2, canvas.height / 2);
    pen.rotate(quarters * Math.PI / 2);
    pen.drawImage(image, -wide / 2, -high / 2, wide, high);
    return new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.85); });
  };
  const turned = async (blob) => {
    const address = URL.createObjectURL(blob), image = new Image();
    try {
      image.src = address;
      await image.decode();
      return (await drawn(image, 1)) || blob;
    } finally {
      URL.revokeObjectURL(address);
    }
  };

  // {blob, taken}. What this browser cannot read goes up as it is: the server says what is wrong with it.
  const ready = async (file) => {
    const told = taken(await file.slice(0, 262144).arrayBuffer());
    const address = URL.createObjectURL(file), image = new Image();
    try {
      image.src = address;
      await image.decode();
      const fits = Math.max(image.naturalWidth, image.naturalHeight) <= LONGEST;
      if (fits && file.type === "image/jpeg" && file.size < SMALL_ENOUGH) return { blob: file, taken: told };
      return { blob: (await drawn(image)) || file, taken: told };
    } catch {
      return { blob: file, taken: told };
    } finally {
      URL.revokeObjectURL(address);
    }
  };
  return { ready, taken, turned };
})();
