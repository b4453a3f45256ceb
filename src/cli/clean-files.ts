import type { Command } from "commander";
import { type Cleaned, cleanFiles } from "../functions/clean-files";

/** `clean-files /var/cache/app` */
export function cleanFilesCommand(program: Command): void {
  program
    .command("clean-files")
    .description("Removes what is expired, damaged or left behind in the folder of a file cache.")
    .argument("<dir>", "the folder that fileCache() was given")
    .action(async (dir: string) => {
      const cleaned = await cleanFiles(dir);
      console.log(wordsFor(cleaned));
      refuseProblems(cleaned);
    });
}

function wordsFor({ kept, expired, damaged, abandoned, freed }: Cleaned): string {
  const reasons = `${expired} expired, ${damaged} damaged, ${abandoned} abandoned`;
  const removed = expired + damaged + abandoned;
  return `Entries: ${kept} kept, ${removed} removed (${reasons}). Bytes freed: ${freed}.`;
}

function refuseProblems({ problems }: Cleaned): void {
  if (problems.length === 0) return;
  throw new Error(`Files that could not be cleaned: ${problems.length}. The first: ${problems[0]}`);
}
