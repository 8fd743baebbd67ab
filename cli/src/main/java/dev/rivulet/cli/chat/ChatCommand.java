// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.chat;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.models.Said;
import dev.rivulet.cli.platform.EnvCommand;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Talks to a model. */
@Command(
        name = "chat",
        description = {
            "Talk to a model; tokens are shown as they come. With a PROMPT, or with a text on the standard",
            "input, it answers once; otherwise it is a conversation: /new begins afresh, /exit ends it."
        })
public final class ChatCommand implements Callable<Integer> {
    private static final int LONGEST_PROMPT = 1 << 20;

    private final Context context;

    @Parameters(arity = "0..*", paramLabel = "PROMPT", description = "What to say.")
    private List<String> prompt = List.of();

    @Option(
            names = {"-m", "--model"},
            defaultValue = "",
            description = "Which model (default: the first that answers).")
    private String model = "";

    @Option(names = "--max-tokens", defaultValue = "0", description = "Most tokens of an answer.")
    private int maxTokens;

    @Option(names = "--temperature", defaultValue = "0", description = "0 for the most likely answer (default).")
    private double temperature;

    @Option(
            names = "--json",
            description = "Print one JSON object when the answer is whole; needs a PROMPT or an input.")
    private boolean json;

    public ChatCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        String url = EnvCommand.gatewayUrl(context);
        try (Api api = new Api("gateway-service", url, EnvCommand.apiKey(context.home()))) {
            Completions completions = new Completions(api);
            String name = model.isEmpty() ? completions.firstModel() : model;
            if (!prompt.isEmpty()) {
                return once(completions, name, String.join(" ", prompt));
            }
            if (json || !onTerminal()) {
                byte[] text = System.in.readNBytes(LONGEST_PROMPT);
                return once(completions, name, new String(text, StandardCharsets.UTF_8).strip());
            }
            return converse(completions, name);
        }
    }

    /** The console is null or not a terminal, depending on the JDK, where the input is a file or a pipe. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean onTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    private int once(Completions completions, String name, String text) throws InterruptedException {
        if (text.isEmpty()) {
            throw new UsageException("There is nothing to say: give a PROMPT, or a text on the standard input.");
        }
        if (json) {
            StringBuilder answer = new StringBuilder();
            List<Completions.Message> said = List.of(new Completions.Message("user", text));
            completions.stream(new Completions.Question(name, said, maxTokens, temperature), answer::append);
            Said.line(context, Map.of("model", name, "answer", answer.toString()));
            return 0;
        }
        answer(completions, name, List.of(new Completions.Message("user", text)));
        return 0;
    }

    private int converse(Completions completions, String name) throws InterruptedException, IOException {
        PrintStream out = context.out();
        out.println("Talking to " + name + ". /new begins afresh, /exit or Ctrl-D ends.");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        List<Completions.Message> messages = new ArrayList<>();
        for (@Nullable String line = ask(lines); line != null; line = ask(lines)) {
            String said = line.strip();
            if (said.equals("/exit")) {
                return 0;
            } else if (said.equals("/new")) {
                messages.clear();
            } else if (!said.isEmpty()) {
                messages.add(new Completions.Message("user", said));
                turn(completions, name, messages);
            }
        }
        out.println();
        return 0;
    }

    private void turn(Completions completions, String name, List<Completions.Message> messages)
            throws InterruptedException {
        try {
            messages.add(new Completions.Message("assistant", answer(completions, name, messages)));
        } catch (UsageException e) {
            messages.removeLast();
            context.err().println(e.getMessage());
        }
    }

    private @Nullable String ask(BufferedReader lines) throws IOException {
        context.out().print("> ");
        context.out().flush();
        return lines.readLine();
    }

    private String answer(Completions completions, String name, List<Completions.Message> messages)
            throws InterruptedException {
        StringBuilder answer = new StringBuilder();
        try {
            completions.stream(new Completions.Question(name, messages, maxTokens, temperature), piece -> {
                answer.append(piece);
                context.out().print(piece);
                context.out().flush();
            });
        } finally {
            context.out().println();
        }
        return answer.toString();
    }
}
