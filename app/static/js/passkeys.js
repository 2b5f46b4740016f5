// Passkeys: the server says what to sign, the device asks its owner, the form carries the answer.
// Where the browser cannot, the form goes on saying so.
const knows = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON)
let asking = null

const part = (form, role) => form.querySelector(`[data-role=${role}]`)

const options = async (form) => {
  const reply = await fetch(form.dataset.challenge, { headers: { Accept: 'application/json' } })
  if (reply.redirected || !reply.ok) return null
  const said = await reply.json()
  return form.dataset.kind === 'create'
    ? PublicKeyCredential.parseCreationOptionsFromJSON(said)
    : PublicKeyCredential.parseRequestOptionsFromJSON(said)
}

const ask = async (form, mediation) => {
  // Only one question at a time: what waits in the autofill makes room for a button.
  asking?.abort()
  asking = new AbortController()
  const { signal } = asking
  const publicKey = await options(form)
  // Another page answered, because it has to be confirmed first who this is: let it be seen.
  if (!publicKey) return mediation || location.reload()
  const way = form.dataset.kind
  const answer = await navigator.credentials[way]({ publicKey, signal, ...(mediation && { mediation }) })
  if (signal.aborted) return
  part(form, 'answer').value = JSON.stringify(answer.toJSON())
  form.submit()
}

const begin = async (form) => {
  if (!knows) return
  part(form, 'possible').hidden = false
  part(form, 'impossible').hidden = true
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    part(form, 'failed').hidden = true
    ask(form).catch(() => { part(form, 'failed').hidden = false })
  })
  const fills = 'autofill' in form.dataset && await PublicKeyCredential.isConditionalMediationAvailable?.()
  if (fills) ask(form, 'conditional').catch(() => {})
}

document.querySelectorAll('[data-behaviour=passkey]').forEach(begin)
