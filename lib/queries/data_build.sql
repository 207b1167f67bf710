-- data_build: one row about the build that is shown now
-- roles: admin   grain: group
-- > build_id text         its version
-- > company text          demo or imported
-- > as_of date            the company's today
-- > started_at moment     when the build began (UTC)
-- > finished_at moment    when it was ready (UTC)
-- > source_rows whole     rows it read
-- > rejected_rows whole   rows that had been rejected on import
-- > software_version text the version of the app that built it
select
    b.build_id,
    b.company,
    b.as_of,
    b.started_at,
    b.finished_at,
    b.source_rows,
    b.rejected_rows,
    b.software_version
from build_info as b
