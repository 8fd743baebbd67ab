// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli;

import dev.rivulet.cli.backup.BackupCommand;
import dev.rivulet.cli.backup.RestoreCommand;
import dev.rivulet.cli.bench.BenchCommand;
import dev.rivulet.cli.bench.ShapeCommand;
import dev.rivulet.cli.chat.ChatCommand;
import dev.rivulet.cli.config.ConfigCommand;
import dev.rivulet.cli.doctor.DoctorCommand;
import dev.rivulet.cli.federate.CreateCommand;
import dev.rivulet.cli.federate.DemoCommand;
import dev.rivulet.cli.federate.FederateCommand;
import dev.rivulet.cli.federate.ReportCommand;
import dev.rivulet.cli.federate.SimulateCommand;
import dev.rivulet.cli.federate.WatchCommand;
import dev.rivulet.cli.fusion.FusionCommand;
import dev.rivulet.cli.home.RivuletHome;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.kafka.KafkaCommand;
import dev.rivulet.cli.keys.KeysCommand;
import dev.rivulet.cli.loop.LoopCommand;
import dev.rivulet.cli.loop.ShowCommand;
import dev.rivulet.cli.models.ImportCommand;
import dev.rivulet.cli.models.ModelsCommand;
import dev.rivulet.cli.models.PullCommand;
import dev.rivulet.cli.models.RebuildCommand;
import dev.rivulet.cli.models.RemoveCommand;
import dev.rivulet.cli.platform.DownCommand;
import dev.rivulet.cli.platform.EnvCommand;
import dev.rivulet.cli.platform.LogsCommand;
import dev.rivulet.cli.platform.StatusCommand;
import dev.rivulet.cli.platform.UpCommand;
import dev.rivulet.cli.replay.RehearseCommand;
import dev.rivulet.cli.replay.ReplayCommand;
import dev.rivulet.cli.rollout.RolloutCommand;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code rivulet} command. */
@Command(
        name = "rivulet",
        description = "Small language models in real time, on your own machine.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes%n",
        exitCodeList = {
            "0:Done.",
            "1:It could not be done; the message says what to mend.",
            "2:The command was written wrongly.",
            "3:It was done, and what it tells is bad: a rollout taken back, a federation failed, a log edited.",
            "4:What was followed has not ended in the time given."
        })
public final class Rivulet {
    private static final int FAILED = 1;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli reads the annotation alone
    private boolean help;

    private Rivulet() {}

    public static void main(String[] arguments) {
        System.getProperties().putIfAbsent("org.slf4j.simpleLogger.defaultLogLevel", "off");
        Path checkout = Path.of(System.getProperty("rivulet.checkout", "."));
        RivuletHome home = RivuletHome.from(System.getenv(), checkout);
        System.exit(commands(new Context(home, System.getenv(), System.out, System.err))
                .execute(arguments));
    }

    /** All commands, ready to be executed. */
    static CommandLine commands(Context context) {
        CommandLine commands = new CommandLine(new Rivulet())
                .addSubcommand(new UpCommand(context))
                .addSubcommand(new DownCommand(context))
                .addSubcommand(new StatusCommand(context))
                .addSubcommand(new DoctorCommand(context))
                .addSubcommand(new BackupCommand(context))
                .addSubcommand(new RestoreCommand(context))
                .addSubcommand(new EnvCommand(context))
                .addSubcommand(new LogsCommand(context))
                .addSubcommand(new ChatCommand(context))
                .addSubcommand(new CommandLine(new ModelsCommand(context))
                        .addSubcommand(new ImportCommand(context))
                        .addSubcommand(new PullCommand(context))
                        .addSubcommand(new RebuildCommand(context))
                        .addSubcommand(new RemoveCommand(context)))
                .addSubcommand(new CommandLine(new RolloutCommand(context))
                        .addSubcommand(new dev.rivulet.cli.rollout.StatusCommand(context)))
                .addSubcommand(new ConfigCommand(context))
                .addSubcommand(new CommandLine(new ReplayCommand(context)).addSubcommand(new RehearseCommand(context)))
                .addSubcommand(new KeysCommand(context))
                .addSubcommand(new KafkaCommand(context))
                .addSubcommand(new CommandLine(new FederateCommand(context))
                        .addSubcommand(new CreateCommand(context))
                        .addSubcommand(new WatchCommand(context))
                        .addSubcommand(new ReportCommand(context))
                        .addSubcommand(new DemoCommand(context))
                        .addSubcommand(SimulateCommand.commandLine(context)))
                .addSubcommand(new CommandLine(new ShowCommand())
                        .addSubcommand(new LoopCommand(context))
                        .addSubcommand(new FusionCommand(context)))
                .addSubcommand(new CommandLine(new BenchCommand(context)).addSubcommand(new ShapeCommand(context)))
                .addSubcommand(new CompletionCommand(context))
                .addSubcommand(new VersionCommand(context));
        commands.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof UsageException) {
                context.err().println("rivulet: " + failure.getMessage());
                return FAILED;
            }
            throw failure;
        });
        return commands;
    }
}
