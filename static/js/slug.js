// Suggests a Field ID while the label is typed, until somebody writes one by hand. The server suggests the same.
(() => {
  const label = document.getElementById("label");
  const id = document.getElementById("field_id");
  if (!label || !id || id.readOnly) return;
  let own = id.value !== "";
  const suggest = (text) => {
    const words = text.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "").toLowerCase();
    return (/^[a-z]/.test(words) ? words : `field_${words}`.replace(/_+$/, "")).slice(0, 64);
  };
  id.addEventListener("input", () => { own = id.value !== ""; });
  label.addEventListener("input", () => { if (!own) id.value = label.value ? suggest(label.value) : ""; });
})();
