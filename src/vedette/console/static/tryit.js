// A file dropped on the form is tried at once.
"use strict";
(() => {
  const form = document.querySelector("[data-drop]");
  const field = form?.querySelector('input[type="file"]');
  const text = form?.querySelector("textarea");
  if (!form) return;
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", async (event) => {
    event.preventDefault();
    form.classList.remove("over");
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    if (field) {
      const carried = new DataTransfer();
      carried.items.add(file);
      field.files = carried.files;
      text.value = "";
    } else text.value = await file.text();
    form.requestSubmit();
  });
})();
