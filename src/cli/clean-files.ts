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
  const removed = `${expired} expired, ${damaged} damaged and ${abandoned} abandoned`;
  return `Kept ${kept} entries, removed ${removed}, freed ${freed} bytes.`;
}

function refuseProblems({ problems }: Cleaned): void {
  if (problems.length === 0) return;
  throw new Error(`${problems.length} files could not be cleaned, the first because: ${problems[0]}`);
}
