// Gives the admin's search-as-you-type boxes the name of their field, which Django's lack.

function nameOf(select) {
  const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
  if (label && !label.id) label.id = `${select.id}_label`;
  return label;
}

function nameAll() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const label = nameOf(select);
    const box = select.nextElementSibling?.querySelector(".select2-selection");
    const shown = box?.querySelector(".select2-selection__rendered");
    if (!label || !shown) continue;
    box.setAttribute("aria-labelledby", `${label.id} ${shown.id}`);
    shown.setAttribute("aria-labelledby", label.id);
  }
}

function nameOpened(event) {
  const label = nameOf(event.target)?.textContent.trim().replace(/:$/, "");
  if (!label) return;
  for (const part of document.querySelectorAll(".select2-search__field, .select2-results__options")) {
    part.setAttribute("aria-label", label);
  }
  const box = document.querySelector(".select2-selection[aria-expanded=true]");
  const list = document.querySelector(".select2-results__options");
  if (box && list) box.setAttribute("aria-controls", list.id);
  document.querySelector(".select2-container--open .select2-search__field")?.focus();
}

// jQuery calls in the order of registration: the boxes are made by then.
const jQuery = window.django?.jQuery;
if (jQuery) {
  jQuery(nameAll);
  jQuery(document).on("select2:open", nameOpened);
  document.addEventListener("formset:added", nameAll);
}
