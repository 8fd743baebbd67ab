// SPDX-License-Identifier: Apache-2.0
/** An MCP server over the platform's control APIs, so that an assistant can look at it and roll versions out as far as its key may. */
@NullMarked
@ApplicationModule(
        displayName = "MCP",
        allowedDependencies = {"identity", "routing"})
package dev.rivulet.gateway.mcp;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
