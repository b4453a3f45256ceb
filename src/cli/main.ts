#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { cleanFilesCommand } from "./clean-files";
import { invalidateCommand } from "./invalidate";

/** Exit codes. Wrong usage is what the command line alone shows; a name that no entity has is a failure. */
const FAILED = 1;
const WRONG_USAGE = 2;

async function main(argv: readonly string[]): Promise<number> {
  // Subcommands inherit what is set before they are added.
  const program = new Command("typeorm-cacheops")
    .description("Looks after the cache of a TypeORM data source, and file caches.")
    .exitOverride()
    .showHelpAfterError();
  invalidateCommand(program);
  cleanFilesCommand(program);
  try {
    await program.parseAsync(argv);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    console.error(`Error: ${error instanceof Error ? error.message : String(error)}`);
    return FAILED;
  }
}

void main(process.argv).then((code) => {
  // Not left to itself: the data source's file may have opened what nobody closes (a Redis client of its
  // own). An empty write ends after what was printed before it.
  process.stdout.write("", () => process.exit(code));
});
