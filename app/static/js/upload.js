// Sends a form with files itself, so that a bar can say how much has gone up, and shows the answer's page.
const show = (request) => {
  const page = new DOMParser().parseFromString(request.responseText, 'text/html')
  const main = page.querySelector('main')
  if (!main) return window.location.assign(request.responseURL)
  document.querySelector('main').replaceWith(main)
  document.title = page.title
  if (request.responseURL !== window.location.href) {
    window.history.replaceState({ htmx: true }, '')
    window.history.pushState({ htmx: true }, '', request.responseURL)
  }
  window.htmx?.process(main)
  const first = main.querySelector('[autofocus]') ?? main
  first.focus()
  return undefined
}

document.addEventListener('submit', (event) => {
  const form = event.target
  const line = form.querySelector('[data-behaviour=upload] .progress')
  if (!line || event.defaultPrevented) return
  event.preventDefault()
  const bar = line.querySelector('progress')
  const output = line.querySelector('output')
  const request = new XMLHttpRequest()
  request.upload.onprogress = ({ loaded, total }) => {
    bar.value = Math.round(loaded / total * 100)
    output.textContent = `${bar.value} %`
  }
  request.onload = () => show(request)
  request.onerror = () => { line.hidden = true; form.submit() }
  request.open('POST', form.action)
  line.hidden = false
  request.send(new FormData(form, event.submitter))
})
