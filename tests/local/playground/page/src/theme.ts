import { useEffect, useState } from "react";

export type Theme = "light" | "dark";

/** The theme of the system, until the person switches it. */
export function useTheme(): [Theme, () => void] {
  const query = window.matchMedia("(prefers-color-scheme: dark)");
  const [system, setSystem] = useState<Theme>(query.matches ? "dark" : "light");
  const [chosen, setChosen] = useState<Theme | null>(null);
  useEffect(() => {
    const follow = (event: MediaQueryListEvent) => setSystem(event.matches ? "dark" : "light");
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  });
  const theme = chosen ?? system;
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  return [theme, () => setChosen(theme === "dark" ? "light" : "dark")];
}
