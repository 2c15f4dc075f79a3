from tests.bench import openapi, rendering

rendering.main()
openapi.main()
