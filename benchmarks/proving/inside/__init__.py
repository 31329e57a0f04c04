"""What runs in the application's own environment: needs its Python and its FastAPI, nothing else.

The harness never imports an application. It starts the interpreter that can, which imports this
package and tells in plain data what FastAPI makes of the application.
"""
