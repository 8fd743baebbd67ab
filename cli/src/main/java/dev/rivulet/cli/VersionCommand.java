// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli;

import dev.rivulet.cli.models.Said;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tells the versions of Rivulet and of the JDK that runs it. */
@Command(name = "version", description = "Tell the version of Rivulet and of the JDK that runs it.")
final class VersionCommand implements Callable<Integer> {
    private final Context context;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    VersionCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        String version = Optional.ofNullable(Rivulet.class.getPackage().getImplementationVersion())
                .orElse("unpackaged");
        if (json) {
            Said.line(
                    context, Map.of("version", version, "jdk", Runtime.version().toString()));
        } else {
            context.out().println("rivulet " + version + " on JDK " + Runtime.version());
        }
        return 0;
    }
}
