// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.PartRecord;
import dev.rivulet.cli.home.RivuletHome;
import dev.rivulet.cli.home.Settings;
import dev.rivulet.cli.home.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Prints what a shell needs to talk to the platform. */
@Command(
        name = "env",
        description = {
            "Print shell exports for clients of this platform:",
            "RIVULET_URL, RIVULET_API_KEY, OPENAI_BASE_URL and OPENAI_API_KEY.",
            "Use it as  eval \"$(./rivulet env)\""
        })
public final class EnvCommand implements Callable<Integer> {
    private final Context context;

    @Option(names = "--json", description = "Print one JSON object in place of exports.")
    private boolean json;

    public EnvCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        String url = gatewayUrl(context);
        String key = apiKey(context.home());
        if (json) {
            Map<String, String> told = new LinkedHashMap<>();
            told.put("url", url);
            told.put("api_key", key);
            told.put("openai_base_url", url + "/v1");
            context.out().println(new JsonMapper().writeValueAsString(told));
            return 0;
        }
        export("RIVULET_URL", url);
        export("RIVULET_API_KEY", key);
        export("OPENAI_BASE_URL", url + "/v1");
        export("OPENAI_API_KEY", key);
        return 0;
    }

    /** Address of the gateway: where it runs, or where it would. */
    public static String gatewayUrl(Context context) {
        return url(context, Part.GATEWAY);
    }

    /** Address of a service: where it runs, or where it would. */
    public static String url(Context context, Part part) {
        return PartRecord.read(context.home(), part.id()).map(PartRecord::url).orElseGet(() -> {
            int port = Settings.of(context.home(), context.environment()).port(part);
            if (port == 0) {
                throw new UsageException(part.id() + " does not run, and its port is chosen only when it starts."
                        + " Start the platform with `./rivulet up`.");
            }
            return "http://127.0.0.1:" + port;
        });
    }

    /** The first API key. */
    public static String apiKey(RivuletHome home) {
        if (!Files.exists(home.apiKey())) {
            throw new UsageException("There is no API key at " + home.apiKey()
                    + " yet: the first `./rivulet up` makes it. If yours is elsewhere, set RIVULET_HOME.");
        }
        try {
            return Files.readString(home.apiKey()).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + home.apiKey(), e);
        }
    }

    private void export(String name, String value) {
        context.out().println("export " + name + "=" + Shell.quoted(value));
    }
}
