# Compiles the programs on standard input, a JSON list of texts, and prints a JSON list: null, or what is wrong.
import json
import sys
import warnings

warnings.simplefilter("ignore")


def fault(source):
    try:
        compile(source, "block", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return "line {}: {}".format(getattr(error, "lineno", None) or 1, getattr(error, "msg", error))


print(json.dumps([fault(source) for source in json.load(sys.stdin)]))
