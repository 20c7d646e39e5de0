"""Files and expressions as no integrator would write them: validation must end, soon, with findings.

Each case has a number, from which it is made: `python -m tests.fuzz --case 4711` repeats one.
"""
