// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.access;

import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tells the page who is signed in. */
@RestController
class WhoController {

    /**
     * A person.
     *
     * @param name {@code console} where there is no sign-in
     * @param signedIn whether there is a way out
     */
    record Who(String name, boolean signedIn) {}

    @GetMapping("/api/who")
    Who who(@Nullable Principal principal) {
        return principal == null ? new Who("console", false) : new Who(principal.getName(), true);
    }
}
