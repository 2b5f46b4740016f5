// The copy button appears where the browser can copy; the value beside it can be selected anyway.
const reveal = (root) => {
  if (!navigator.clipboard) return
  root.querySelectorAll('[data-behaviour=copy] > button').forEach((button) => { button.hidden = false })
}

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-behaviour=copy] > button')
  if (!button) return
  const value = button.parentElement.querySelector('input')
  try {
    await navigator.clipboard.writeText(value.value)
  } catch {
    value.select()
    return
  }
  const word = button.querySelector('span')
  const before = word.textContent
  if (before === button.dataset.done) return
  word.textContent = button.dataset.done
  setTimeout(() => { word.textContent = before }, 2000)
})

document.addEventListener('htmx:after:swap', () => reveal(document))
reveal(document)
