// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.kafka;

import dev.rivulet.cli.home.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * Users by which services show who they are, with their passwords.
 *
 * @param passwords by user
 * @param mechanism how a password is proved
 */
record ScramUsers(Map<String, String> passwords, ScramMechanism mechanism) {
    /** As many as Kafka's own tool uses where nothing else is said. */
    private static final int ITERATIONS = 4096;

    private static final int LONGEST = 1 << 12;

    ScramUsers {
        passwords = Map.copyOf(passwords);
    }

    /**
     * Reads a password for each service: the first line of the file of its name.
     *
     * @throws UsageException naming every file that is missing or no password
     */
    static ScramUsers read(Path folder, Set<String> services, ScramMechanism mechanism) {
        Map<String, String> passwords = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        for (String service : services) {
            String password = firstLine(folder.resolve(service));
            if (isGood(password)) {
                passwords.put(service, password);
            } else {
                wrong.add(service);
            }
        }
        if (!wrong.isEmpty()) {
            throw new UsageException("There is no password in " + folder + " for " + String.join(", ", wrong)
                    + ": each has a file of its name, whose first line is it, without ${ and control characters.");
        }
        return new ScramUsers(passwords, mechanism);
    }

    private static String firstLine(Path file) {
        try {
            return Files.size(file) > LONGEST
                    ? ""
                    : Files.readString(file, StandardCharsets.UTF_8)
                            .lines()
                            .findFirst()
                            .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    /** As services take it: what they would refuse is not set. */
    private static boolean isGood(String password) {
        return !password.isBlank()
                && !password.contains("${")
                && password.chars().noneMatch(Character::isISOControl);
    }

    List<UserScramCredentialAlteration> alterations() {
        ScramCredentialInfo info = new ScramCredentialInfo(mechanism, ITERATIONS);
        return passwords.entrySet().stream()
                .<UserScramCredentialAlteration>map(
                        each -> new UserScramCredentialUpsertion(each.getKey(), info, each.getValue()))
                .toList();
    }

    /** Never the passwords. */
    @Override
    public String toString() {
        return "ScramUsers" + passwords.keySet();
    }
}
