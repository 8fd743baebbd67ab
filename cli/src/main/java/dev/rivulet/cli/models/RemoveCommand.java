// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.http.Api;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes a version, or a model. */
@Command(
        name = "rm",
        description = {
            "Remove a version, or a model with all its versions. What an alias or a rollout needs is refused. The bytes go",
            "when no other version names them and the registry's grace time is over.",
            "",
            "  ./rivulet models rm desk@2026-10",
            ""
        })
public final class RemoveCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "MODEL[@VERSION]", description = "What to remove; without a version all of the model.")
    private String wanted = "";

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    public RemoveCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        ModelVersion asked = ModelVersion.parse(wanted);
        try (Api api = ModelsCommand.registry(context)) {
            Registry registry = new Registry(api);
            if (asked.version().isEmpty()) {
                registry.remove(asked.model());
            } else {
                registry.remove(asked.model(), asked.version());
            }
        }
        if (json) {
            Said.line(context, Map.of("removed", wanted));
        } else {
            context.out().println("✓ " + wanted + " is removed");
        }
        return 0;
    }
}
