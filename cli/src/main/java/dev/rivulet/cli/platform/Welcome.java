// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.RivuletHome;
import java.util.Optional;
import java.util.Set;

/**
 * The last words of a start: where everything is, and a command that streams tokens.
 *
 * @param home the installation
 * @param launches knows the addresses
 * @param progress where to say it
 */
record Welcome(RivuletHome home, Launches launches, Progress progress) {
    private static final String QUESTION = "Please set Aurora to 21 degrees";

    void say(Set<Part> parts, Optional<String> model) {
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
        if (parts.contains(Part.GATEWAY) && model.isPresent()) {
            progress.say("  Tokens, streamed:");
            progress.say("");
            progress.say(curl(model.get()));
            progress.say("");
        }
        progress.say("  Ctrl-C stops everything and keeps the data.");
    }

    /** A complete command that streams an answer; it reads the key from its file and does not show it. */
    String curl(String model) {
        return """
                curl -N %s/v1/chat/completions \\
                  -H "Authorization: Bearer $(cat %s)" \\
                  -H 'Content-Type: application/json' \\
                  -d '{"model":"%s","stream":true,"messages":[{"role":"user","content":"%s"}]}'""".formatted(
                launches.ports().url(Part.GATEWAY), Shell.quoted(home.apiKey().toString()), model, QUESTION);
    }
}
