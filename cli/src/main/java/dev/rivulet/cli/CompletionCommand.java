// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli;

import dev.rivulet.cli.home.UsageException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a script by which a shell completes the commands and options of {@code rivulet}. */
@Command(
        name = "completion",
        description = {
            "Print what makes a shell complete commands and options; both shells take the same script.",
            "",
            "  eval \"$(./rivulet completion bash)\"        # in ~/.bashrc to have it in every shell",
            "  eval \"$(./rivulet completion zsh)\"         # in ~/.zshrc",
            ""
        })
final class CompletionCommand implements Callable<Integer> {
    private final Context context;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    private String shell = "";

    CompletionCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (!List.of("bash", "zsh").contains(shell)) {
            throw new UsageException("There is no completion for " + shell.replaceAll("\\p{C}", "?")
                    + ", but for bash and zsh: `./rivulet completion bash`.");
        }
        context.out().println(AutoComplete.bash("rivulet", spec.root().commandLine()));
        return 0;
    }
}
