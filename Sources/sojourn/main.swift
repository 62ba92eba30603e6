import CommandLineTool
import Glibc

exit(await Sojourn.run(CommandLine.arguments))
