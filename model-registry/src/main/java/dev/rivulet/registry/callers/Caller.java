// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.callers;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request.
 *
 * @param name of a principal, or {@code service}
 * @param roles what he may do
 * @param service whether it is a service of ours, which may act for anybody
 */
public record Caller(String name, Set<Role> roles, boolean service) {

    /** The request attribute that holds it, always. */
    public static final String ATTRIBUTE = "rivulet.caller";

    /** Who shows the token that services share, or calls over loopback where there is none. */
    public static final Caller SERVICE = new Caller("service", Set.of(Role.values()), true);

    public Caller {
        roles = Set.copyOf(roles);
    }

    /** Whether it may do what wants a role. */
    public boolean may(Role role) {
        return service || (role == Role.READER ? !roles.isEmpty() : roles.contains(role));
    }

    /**
     * Whose change it is.
     *
     * @param said a name in the request, or null
     * @return what a service says, which may be nothing; the name of a principal, whatever is said
     * @throws ProblemException {@code insufficient_scope} if a principal gives somebody else's name
     */
    public @Nullable String actor(@Nullable String said) {
        if (service) {
            return said;
        }
        if (said != null && !said.isBlank() && !said.equals(name)) {
            throw new ProblemException(Problem.at(
                    ProblemCode.INSUFFICIENT_SCOPE,
                    "by",
                    "You are '" + name + "' by your token and can't act as somebody else; leave this out."));
        }
        return name;
    }
}
