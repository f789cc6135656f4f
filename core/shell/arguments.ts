import { linkAmong } from './deep-link.ts';

export interface DesktopArguments {
  dataFolder: string | undefined;
  isPractice: boolean;
  /** Started with the session: stay in the tray. */
  isHidden: boolean;
  link: string | null;
}

/** What a start of the desktop was told. Chromium's and the system's own switches lie between ours and are left alone. */
export function readDesktopArguments(args: readonly string[]): DesktopArguments {
  const valueOf = (flag: string) => {
    const at = args.indexOf(flag);
    if (at !== -1) return args[at + 1];
    return args.find((arg) => arg.startsWith(`${flag}=`))?.slice(flag.length + 1);
  };
  return {
    dataFolder: valueOf('--data'),
    isPractice: args.includes('--practice'),
    isHidden: args.includes('--hidden'),
    link: linkAmong(args),
  };
}
