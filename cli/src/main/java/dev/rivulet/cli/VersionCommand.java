package dev.rivulet.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Tells the versions of Rivulet and of the JDK that runs it. */
@Command(name = "version", description = "Tell the version of Rivulet and of the JDK that runs it.")
final class VersionCommand implements Callable<Integer> {
    private final Context context;

    VersionCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        String version = Optional.ofNullable(Rivulet.class.getPackage().getImplementationVersion())
                .orElse("unpackaged");
        context.out().println("rivulet " + version + " on JDK " + Runtime.version());
        return 0;
    }
}
