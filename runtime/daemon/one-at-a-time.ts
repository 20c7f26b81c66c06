/**
 * For a timer: begins `work`, unless it is still under way since an earlier beat. What takes longer than a beat does not
 * queue up then; the next beat finds whatever is due.
 */
export function oneAtATime(work: () => Promise<unknown>, onError: (error: unknown) => void): () => void {
  let isUnderWay = false;
  return () => {
    if (isUnderWay) return;
    isUnderWay = true;
    work()
      .catch(onError)
      .finally(() => {
        isUnderWay = false;
      });
  };
}
