"""Pages as pixels: `picture` says what is asked and given, `drawing` draws it in the sandbox.

Whoever only asks (a server, a command) imports `picture` alone and loads no engine.
"""
