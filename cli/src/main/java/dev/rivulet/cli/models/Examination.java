// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.startup.Jvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether a model can be served, found out by the program that reads models as replicas do, in a JVM of its own: what it reads is
 * hostile until checked.
 *
 * @param jar the program
 */
record Examination(Path jar) {
    private static final int MOST_WORDS = 1 << 20;

    /**
     * What was found.
     *
     * @param facts name and value, for the version's tags
     * @param form quantised form that was made, a path; empty if none was
     */
    record Found(Map<String, String> facts, String form) {}

    /**
     * Examines.
     *
     * @param model folder or GGUF file
     * @param options handed on to the program
     * @throws UsageException with what is wrong and how to mend it
     */
    Found examine(Path model, List<String> options) throws IOException, InterruptedException {
        if (!Files.exists(jar)) {
            throw new UsageException("The program that examines models is not built (" + jar + " is missing);"
                    + " `./rivulet models import` builds it, `mvn package -pl importer -am` too.");
        }
        List<String> command = new ArrayList<>(new Jvm("1g", List.of()).words());
        command.addAll(List.of("-jar", jar.toString(), model.toString()));
        command.addAll(options);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            byte[] told = process.getInputStream().readNBytes(MOST_WORDS);
            if (process.waitFor() != 0) {
                throw new UsageException("The model was not imported; the reason is above.");
            }
            return read(new String(told, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }

    private static Found read(String told) {
        JsonNode json = new JsonMapper().readTree(told);
        Map<String, String> facts = new TreeMap<>();
        json.path("facts")
                .properties()
                .forEach(fact -> facts.put(fact.getKey(), fact.getValue().asString("")));
        return new Found(facts, json.path("form").asString(""));
    }
}
