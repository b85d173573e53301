/** Elements whose size the page follows. */
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** Calls `act` with the element once it is there, and whenever its size has changed. */
export function useSize(ref: RefObject<HTMLElement | null>, act: (element: HTMLElement) => void): void {
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => act(element));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
}
