// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.kafka;

import dev.rivulet.cli.home.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The rights of all services as the catalogue of events gives them: a line {@code service resource pattern name operation} each, by
 * Kafka's words.
 *
 * @param rights as the broker keeps them
 */
record AclTable(Set<AclBinding> rights) {
    private static final String USER = "User:";
    private static final String ANY_HOST = "*";
    private static final int WORDS = 5;

    AclTable {
        rights = Set.copyOf(rights);
    }

    /**
     * Reads a table.
     *
     * @throws UsageException naming the file, and the line that is none
     */
    static AclTable read(Path file) {
        try {
            return new AclTable(Files.readAllLines(file).stream()
                    .filter(line -> !line.isBlank())
                    .map(AclTable::right)
                    .collect(Collectors.toSet()));
        } catch (IOException e) {
            throw new UsageException("The table of rights " + file + " can't be read; name it with --table.");
        } catch (IllegalArgumentException e) {
            throw new UsageException(file + " is no table of rights: " + e.getMessage());
        }
    }

    private static AclBinding right(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != WORDS || words[3].isEmpty() || words[3].contains(ANY_HOST)) {
            throw new IllegalArgumentException("\"" + line + "\" is not: service resource pattern name operation");
        }
        return new AclBinding(
                new ResourcePattern(ResourceType.valueOf(words[1]), words[3], PatternType.valueOf(words[2])),
                new AccessControlEntry(
                        USER + words[0], ANY_HOST, AclOperation.valueOf(words[4]), AclPermissionType.ALLOW));
    }

    /** A right as a line of the table; one that the table could not have is shown with all that it says. */
    static String line(AclBinding right) {
        AccessControlEntry entry = right.entry();
        boolean plain = entry.host().equals(ANY_HOST) && entry.permissionType() == AclPermissionType.ALLOW;
        return String.join(
                        " ",
                        service(right),
                        right.pattern().resourceType().name(),
                        right.pattern().patternType().name(),
                        right.pattern().name(),
                        entry.operation().name())
                + (plain ? "" : " (" + entry.permissionType() + " from " + entry.host() + ")");
    }

    private static String service(AclBinding right) {
        String principal = right.entry().principal();
        return principal.startsWith(USER) ? principal.substring(USER.length()) : principal;
    }

    /** The services that have rights, in order. */
    Set<String> services() {
        return rights.stream().map(AclTable::service).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether a right at the broker is one of a service of this table. */
    boolean isOfAService(AclBinding right) {
        return right.entry().principal().startsWith(USER) && services().contains(service(right));
    }
}
