// Dragging in the category tree. A drop posts what the buttons post: where the category is to go; the server decides.
"use strict";

{
  const tree = document.getElementById("category-tree");
  const form = document.getElementById("category-move");
  let dragged = null;

  const siblings = (parent) =>
    [...tree.children].filter((branch) => branch.dataset.parent === parent && branch !== dragged);

  const holds = (branch) => {
    for (let one = branch; one; one = tree.querySelector(`[data-id="${one.dataset.parent}"]`)) {
      if (one === dragged) return true;
    }
    return false;
  };

  // The upper and lower thirds of a row stand for the places before and after it, the middle for its inside.
  const zone = (branch, y) => {
    const box = branch.getBoundingClientRect();
    const part = (y - box.top) / box.height;
    return part < 1 / 3 ? "before" : part > 2 / 3 ? "after" : "inside";
  };

  const unmark = () => tree.querySelectorAll("[data-drop]").forEach((branch) => delete branch.dataset.drop);

  const move = (target, where) => {
    const parent = where === "inside" ? target.dataset.id : target.dataset.parent;
    const there = siblings(parent);
    const position = where === "inside" ? there.length : there.indexOf(target) + (where === "after" ? 1 : 0);
    form.action = form.dataset.action.replace("/0/", `/${dragged.dataset.id}/`);
    form.elements.parent.value = parent;
    form.elements.position.value = position;
    form.submit();
  };

  for (const branch of tree?.children ?? []) {
    const handle = branch.querySelector(".larder-handle");
    handle.draggable = true;
    handle.addEventListener("dragstart", (event) => {
      dragged = branch;
      branch.classList.add("larder-dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", branch.dataset.id);
      event.dataTransfer.setDragImage(branch, 0, 0);
    });
    handle.addEventListener("dragend", () => {
      branch.classList.remove("larder-dragged");
      dragged = null;
      unmark();
    });
    branch.addEventListener("dragover", (event) => {
      if (!dragged || holds(branch)) return;
      event.preventDefault();
      unmark();
      branch.dataset.drop = zone(branch, event.clientY);
    });
    branch.addEventListener("drop", (event) => {
      if (!dragged || holds(branch)) return;
      event.preventDefault();
      move(branch, zone(branch, event.clientY));
    });
  }
}
