package dev.rivulet.cli.platform;

import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.RivuletHome;
import java.util.Set;

/**
 * The last words of a start: where everything is, and a command that streams tokens.
 *
 * @param home the installation
 * @param launches knows the addresses
 * @param progress where to say it
 */
record Welcome(RivuletHome home, Launches launches, Progress progress) {

    void say(Set<Part> parts) {
        progress.say("");
        if (parts.contains(Part.CONSOLE)) {
            progress.say("  Console   " + launches.ports().url(Part.CONSOLE));
        }
        if (parts.contains(Part.GATEWAY)) {
            progress.say("  API       " + launches.ports().url(Part.GATEWAY) + "/v1   (OpenAI-compatible)");
            progress.say("  API key   in " + home.apiKey());
        }
        progress.say("  Data      " + home.path());
        progress.say("");
        progress.say("  Ctrl-C stops everything and keeps the data.");
    }
}
