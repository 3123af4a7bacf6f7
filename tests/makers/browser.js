// pictures
async () => {
  const found = [];
  const look = (where, picture, width, height) => {
    const facts = { where, pixels: width * height, width, height, grey: true, blank: true };
    if (width * height) {
      const canvas = document.createElement("canvas");
      canvas.width = Math.min(width, 1600);
      canvas.height = Math.min(height, 1600);
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      for (let i = 0; i < data.length; i += 4) {
        const [r, g, b, a] = [data[i], data[i + 1], data[i + 2], data[i + 3]];
        if (a && (Math.abs(r - g) > 2 || Math.abs(g - b) > 2)) facts.grey = false;
        if (r !== data[0] || g !== data[1] || b !== data[2] || a !== data[3]) facts.blank = false;
      }
      if (facts.blank) facts.pixels = 0;
    }
    found.push(facts);
  };
  const load = async (where, address) => {
    if (address.endsWith(".svg") && new URL(address, location.href).pathname.startsWith("/static/")) return;
    const picture = new Image();
    picture.src = address;
    try {
      await picture.decode();
    } catch {
      found.push({ where, pixels: 0, width: 0, height: 0, grey: true, blank: true, broken: true });
      return;
    }
    look(where, picture, picture.naturalWidth, picture.naturalHeight);
  };
  const styles = ["backgroundImage", "listStyleImage", "borderImageSource", "maskImage", "content", "cursor"];
  const addresses = new Map();
  const visit = (root) => {
    for (const one of root.querySelectorAll("*")) {
      const name = one.localName;
      const note = (address) => address && addresses.set(address, name);
      if (name === "img") note(one.currentSrc || one.src);
      if (name === "video") note(one.poster);
      if (name === "image" || name === "feImage") note(one.href && one.href.baseVal);
      if (name === "input" && one.type === "image") note(one.src);
      if (name === "canvas") look("canvas", one, one.width, one.height);
      if (name === "video" && one.videoWidth) look("video", one, one.videoWidth, one.videoHeight);
      if (["iframe", "embed", "object", "frame"].includes(name)) {
        found.push({ where: name, pixels: 1e9, width: 0, height: 0, grey: false, blank: false });
      }
      for (const pseudo of [null, "::before", "::after", "::marker"]) {
        const style = getComputedStyle(one, pseudo);
        for (const key of styles) {
          for (const match of String(style[key] || "").matchAll(/url\("([^"]+)"\)/g)) note(match[1]);
        }
      }
      if (one.shadowRoot) visit(one.shadowRoot);
    }
  };
  visit(document);
  for (const [address, where] of addresses) await load(where, address);
  return found;
}
// storage
async () => ({
  local: localStorage.length,
  session: sessionStorage.length,
  databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).length,
})
