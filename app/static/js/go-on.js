// A step between two sites goes on by itself; the button is there where scripts are not.
document.querySelector('[data-behaviour=go-on]')?.requestSubmit()
