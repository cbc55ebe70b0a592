// <button data-print> prints the page; what a sheet of paper leaves out is decided in the stylesheet.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
