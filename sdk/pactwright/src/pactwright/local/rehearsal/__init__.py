"""A pipeline carried out on this machine, as its template and its buildspecs say.

No emulator runs CodePipeline. So the template is read for what it is, a list of stages and actions
with artifacts between them, roles and projects; each action is done by what would do it in AWS, or
by what stands for that here; and each call to AWS is held against the role that would make it.
"""
