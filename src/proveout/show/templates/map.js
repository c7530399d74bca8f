for (const map of document.querySelectorAll(".process-map")) {
  const label = map.querySelector(".slider");
  if (!label) continue;
  label.hidden = false;
  label.querySelector("input").addEventListener("input", (event) => { map.dataset.show = event.target.value; });
}
