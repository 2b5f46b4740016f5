// Counts the ticked rows of a form, offers "all", and keeps the bar's buttons off while nothing is ticked.
const boxes = (bar) => [...bar.closest('form').querySelectorAll('.tick input[type=checkbox]')]

const count = (bar) => {
  const all = boxes(bar)
  const ticked = all.filter((box) => box.checked).length
  const output = bar.querySelector('output')
  output.textContent = ticked === 1 ? output.dataset.one : output.dataset.many.replace('#', ticked)
  const every = bar.querySelector('[data-all]')
  every.checked = ticked > 0 && ticked === all.length
  every.indeterminate = ticked > 0 && ticked < all.length
  bar.querySelectorAll('.actions button').forEach((button) => { button.disabled = ticked === 0 })
}

const start = () => document.querySelectorAll('[data-behaviour=selection]').forEach((bar) => {
  bar.querySelector('.choice').hidden = false
  count(bar)
})

document.addEventListener('change', (event) => {
  const bar = event.target.form?.querySelector('[data-behaviour=selection]')
  if (!bar) return
  if (event.target.matches('[data-all]')) {
    boxes(bar).forEach((box) => { box.checked = event.target.checked })
  }
  count(bar)
})

document.addEventListener('htmx:after:swap', start)
start()
