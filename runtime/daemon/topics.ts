import type { Topic } from "../socket/connection.ts";
import type { Appliance } from "./appliance.ts";
import { EdgeFeed } from "./edge-feed.ts";
import { liveTopic, shiftTopic } from "./live-topic.ts";
import { CallParams } from "./params.ts";
import type { Views } from "./views.ts";

/** Everything that can be watched, by name; values are JSON. `onFault` is told what a look threw. */
export function daemonTopics(
  appliance: Appliance,
  views: Views,
  onFault: (error: unknown, topic: string) => void,
): Record<string, Topic> {
  const feed = new EdgeFeed(appliance);
  return {
    edges: (params, publish) => feed.listen(new CallParams(params).textOrNull("line"), publish),
    live: liveTopic(appliance, (error) => onFault(error, "live")),
    shift: shiftTopic(views, appliance, (error) => onFault(error, "shift")),
  };
}
