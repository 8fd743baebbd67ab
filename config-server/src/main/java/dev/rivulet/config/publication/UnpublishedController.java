// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.publication;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import org.springframework.context.annotation.Profile;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says that files and Git are changed where they lie; else the path would be that of the configuration of a service "api". */
@RestController
@Profile("!backend-jdbc")
class UnpublishedController {

    @RequestMapping({"/api/config", "/api/config/{application}", "/api/config/**"})
    void refuse() {
        throw new ProblemException(Problem.of(
                ProblemCode.NOT_FOUND,
                "This config-server serves files: change them where they lie, then POST /actuator/busrefresh. To publish, start "
                        + "it with RIVULET_CONFIG_BACKEND=jdbc and a PostgreSQL database (docs/configuration.md)."));
    }
}
