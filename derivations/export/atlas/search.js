// Leaves the results whose id or title holds every word that is typed. Without it, all of them are listed.
const box = document.getElementById("search");
const entries = [...document.querySelectorAll("ul.ids > li")];
const groups = [...document.querySelectorAll("section.group")];

function search() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const entry of entries) {
    entry.hidden = !words.every((word) => entry.dataset.text.includes(word));
  }
  for (const group of groups) {
    group.hidden = !group.querySelector("li:not([hidden])");
  }
  const left = entries.filter((entry) => !entry.hidden);
  document.getElementById("found").textContent = `${left.length} of ${entries.length}`;
  return left;
}

box.closest("form").hidden = false;
box.addEventListener("input", search);
box.closest("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const left = search();
  const exact = left.find((entry) => entry.dataset.id === box.value.trim().toLowerCase());
  const one = exact || (left.length === 1 && left[0]);
  if (one) {
    location.href = one.querySelector("a").href;
  }
});
search();
