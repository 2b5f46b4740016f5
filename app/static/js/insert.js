// Puts a placeholder where the cursor was last, in the field that was written in last.
let last = null

const start = () => document.querySelectorAll('[data-insert][hidden]').forEach((button) => {
  button.hidden = false
  button.previousElementSibling.hidden = true
})

document.addEventListener('focusin', (event) => {
  if (event.target.matches('[data-behaviour=insert] :is(input[type=text], textarea)')) last = event.target
})

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-insert]')
  if (!button) return
  const field = last?.isConnected ? last : document.querySelector('[data-behaviour=insert] textarea')
  field.focus()
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, 'end')
  field.dispatchEvent(new Event('input', { bubbles: true }))
})

document.addEventListener('htmx:after:swap', start)
start()
