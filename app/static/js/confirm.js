// A form that carries a question asks it before it is sent. Without scripts the page behind it asks.
document.addEventListener('submit', (event) => {
  const question = event.target.dataset.confirm
  if (question && !window.confirm(question)) event.preventDefault()
})
