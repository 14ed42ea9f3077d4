// Small comforts; every page works without them.

const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

// "/" goes to the search box, Escape closes what is open.
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target)) {
    const box = document.querySelector("#search");
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  }
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});

// One menu at a time; a click elsewhere closes it.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// A form is sent once; the server does it once anyway.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.classList.add("sending");
});

// A page that comes back by the back button is as it was: its forms may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.classList.remove("sending");
  }
});

// On a narrow screen filters are folded while none is set.
for (const fold of document.querySelectorAll("details.fold")) {
  if (matchMedia("(max-width: 40rem)").matches && location.search === "") fold.open = false;
}

// An address without the filters that say nothing.
for (const form of document.querySelectorAll("form.filters")) {
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
    const columns = event.formData.getAll("columns");
    const usual = [...form.querySelectorAll("[name=columns]")].every((box) => box.checked === box.defaultChecked);
    event.formData.delete("columns");
    const before = new URLSearchParams(location.search).get("columns");
    if (!usual && columns.length) event.formData.set("columns", columns.join(","));
    else if (usual && before) event.formData.set("columns", before);
  });
}
